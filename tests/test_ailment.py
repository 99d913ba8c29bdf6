from dataclasses import replace

from animot.ailment import Ailment

PALE = Ailment(
    name="pale",
    sign="red",
    per="cells",
    limit=0.25,
    above=False,
    seen="{value:.2f} of all, {percent:.0f} %, are red",
    advice="eat",
)


def test_what_is_found_is_a_share_below_its_limit():
    assert PALE.found({"red": 1.0, "cells": 5.0}) == "pale: 0.20 of all, 20 %, are red"
    assert PALE.found({"red": 2.0, "cells": 5.0}) is None
    assert PALE.found({"red": 1.0, "cells": 4.0}) is None  # the limit itself is healthy


def test_or_above_it():
    flushed = replace(PALE, above=True)
    assert flushed.found({"red": 1.0, "cells": 5.0}) is None
    assert flushed.found({"red": 2.0, "cells": 5.0}) is not None
    assert flushed.found({"red": 1.0, "cells": 4.0}) is None


def test_of_nothing_nothing_is_missing():
    assert PALE.found({"red": 0.0, "cells": 0.0}) is None


def test_a_sign_may_stand_for_itself():
    alone = replace(PALE, per=None)
    assert (PALE.signs, alone.signs) == ({"red", "cells"}, {"red"})
    assert alone.found({"red": 0.24}) == "pale: 0.24 of all, 24 %, are red"
    assert alone.found({"red": 0.26}) is None
