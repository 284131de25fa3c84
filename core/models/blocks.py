"""Parts that several architectures are made of."""

import torch.nn.functional as F
from torch import Tensor, nn


def conv(inputs: int, outputs: int, kernel: int = 3, *, stride: int = 1) -> list[nn.Module]:
    """Convolution (n, inputs, H, W) -> (n, outputs, H / stride, W / stride), batch normalisation, ReLU."""
    return [
        nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    ]


def spread(kernel: Tensor) -> Tensor:
    """A kernel (a, b, 3, 3) convolved with a box of 2 x 2: (a, b, 4, 4)."""
    tall = F.pad(kernel, (0, 0, 0, 1)) + F.pad(kernel, (0, 0, 1, 0))
    return F.pad(tall, (0, 1)) + F.pad(tall, (1, 0))


class Larger(nn.Module):
    """Every pixel four times, then a 3x3 convolution: (n, inputs, H, W) -> (n, outputs, 2H, 2W).

    Done as one transposed convolution of the spread kernel, which takes less than half of the time.
    """

    def __init__(self, inputs: int, outputs: int, *, bias: bool = False) -> None:
        super().__init__()
        like = nn.Conv2d(inputs, outputs, 3, bias=bias)
        self.weight, self.bias = nn.Parameter(like.weight.detach().transpose(0, 1).contiguous()), like.bias

    def forward(self, x: Tensor) -> Tensor:
        return F.conv_transpose2d(x, spread(self.weight), self.bias, stride=2, padding=1)


class Smaller(nn.Module):
    """A 3x3 convolution, then the mean of 2x2 pixels: (n, inputs, H, W) -> (n, outputs, H/2, W/2)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        like = nn.Conv2d(inputs, outputs, 3)
        self.weight, self.bias = nn.Parameter(like.weight.detach()), like.bias

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, spread(self.weight) / 4, self.bias, stride=2, padding=1)


def down(inputs: int, outputs: int) -> list[nn.Module]:
    """Halve the map's sides: convolution, batch normalisation, leaky ReLU."""
    convolution = nn.Conv2d(inputs, outputs, 4, stride=2, padding=1, bias=False)
    return [convolution, nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)]


def up(inputs: int, outputs: int) -> list[nn.Module]:
    """Double the map's sides, batch normalisation, ReLU."""
    return [Larger(inputs, outputs), nn.BatchNorm2d(outputs), nn.ReLU()]
