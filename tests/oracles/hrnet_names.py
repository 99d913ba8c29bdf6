"""Names and shapes of the tensors of HRNet's published ImageNet weights, written out.

As timm's `hrnet_w18` and `hrnet_w18_small` name them without their classification head. It shares
no code with `animot`.
"""


def convolution(name, out, channels, kernel):
    return {f"{name}.weight": (out, channels, kernel, kernel)}


def normalisation(name, channels):
    return {
        f"{name}.{part}": (channels,) for part in ("weight", "bias", "running_mean", "running_var")
    }


def stem():
    return (
        convolution("conv1", 64, 3, 3)
        | normalisation("bn1", 64)
        | convolution("conv2", 64, 64, 3)
        | normalisation("bn2", 64)
    )


def bottlenecks(inner, blocks):
    names = {}
    for block in range(blocks):
        channels = 64 if block == 0 else 4 * inner
        start = f"layer1.{block}"
        sizes = [(inner, channels, 1), (inner, inner, 3), (4 * inner, inner, 1)]
        for i, (out, into, kernel) in enumerate(sizes, start=1):
            names |= convolution(f"{start}.conv{i}", out, into, kernel)
            names |= normalisation(f"{start}.bn{i}", out)
    names |= convolution("layer1.0.downsample.0", 4 * inner, 64, 1)
    return names | normalisation("layer1.0.downsample.1", 4 * inner)


def transitions(wide, widths):
    names = convolution("transition1.0.0", widths[0], wide, 3)
    names |= normalisation("transition1.0.1", widths[0])
    for step in (1, 2, 3):
        before = wide if step == 1 else widths[step - 1]
        names |= convolution(f"transition{step}.{step}.0.0", widths[step], before, 3)
        names |= normalisation(f"transition{step}.{step}.0.1", widths[step])
    return names


def branches(start, widths, blocks):
    names = {}
    for branch, width in enumerate(widths):
        for block in range(blocks):
            for i in (1, 2):
                where = f"{start}.branches.{branch}.{block}"
                names |= convolution(f"{where}.conv{i}", width, width, 3)
                names |= normalisation(f"{where}.bn{i}", width)
    return names


def fuse_layers(start, widths):
    names = {}
    for to in range(len(widths)):
        for source in range(len(widths)):
            where = f"{start}.fuse_layers.{to}.{source}"
            if source > to:
                names |= convolution(f"{where}.0", widths[to], widths[source], 1)
                names |= normalisation(f"{where}.1", widths[to])
            for step in range(to - source):
                out = widths[to] if step == to - source - 1 else widths[source]
                names |= convolution(f"{where}.{step}.0", out, widths[source], 3)
                names |= normalisation(f"{where}.{step}.1", out)
    return names


def names(inner, bottleneck_blocks, widths, modules, blocks):
    """Name -> shape of every tensor."""
    found = stem() | bottlenecks(inner, bottleneck_blocks) | transitions(4 * inner, widths)
    for stage, count in zip((2, 3, 4), modules, strict=True):
        for module in range(count):
            start = f"stage{stage}.{module}"
            found |= branches(start, widths[:stage], blocks)
            found |= fuse_layers(start, widths[:stage])
    return found


HRNET_W18 = names(64, 4, (18, 36, 72, 144), (1, 4, 3), 4)
HRNET_W18_SMALL = names(32, 1, (16, 32, 64, 128), (1, 1, 1), 2)
