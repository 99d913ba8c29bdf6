import animot


def test_every_public_name_is_there() -> None:
    for name in animot.__all__:
        assert getattr(animot, name) is not None
    assert set(animot.__all__) <= set(dir(animot))


def test_a_wrong_name_is_an_attribute_error() -> None:
    assert not hasattr(animot, "lern")


def test_the_lines_of_the_readme_name_what_exists() -> None:
    assert animot.evaluate.__module__.startswith("animot.metrics")
    assert {"minutes", "steps", "seed"} <= set(animot.learn.__annotations__)
    assert {"source", "model", "out"} <= set(animot.track.__annotations__)
