"""Parts that several architectures are made of."""

from torch import nn


def conv(inputs: int, outputs: int, kernel: int = 3, *, stride: int = 1) -> list[nn.Module]:
    """Convolution (n, inputs, H, W) -> (n, outputs, H / stride, W / stride), batch normalisation, ReLU."""
    return [
        nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    ]
