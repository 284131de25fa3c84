"""Architectures by name. A new one is one file here and one line in ``ARCHITECTURES``."""

from dataclasses import dataclass
from typing import Any

from torch import nn

from core.models import plugins
from core.models.aae import AAE, AAEConfig
from core.models.ae_conv import ConvAE, ConvAEConfig
from core.models.ae_dense import DenseAE, DenseAEConfig
from core.models.cluster_gans import ClusterGANs, ClusterGANsConfig
from core.models.dense_gan import DenseGAN, DenseGANConfig
from core.models.digit_probe import DigitProbe, DigitProbeConfig
from core.models.face_probe import FaceProbe, FaceProbeConfig
from core.models.faces import FaceVAE, FaceVAEConfig
from core.models.product_ae import ProductAE, ProductAEConfig
from core.models.product_compose import ProductCompose, ProductComposeConfig
from core.models.product_gan import ProductGAN, ProductGANConfig
from core.models.product_reader import ProductReader, ProductReaderConfig
from core.models.product_text import ProductText, ProductTextConfig
from core.models.vae_attention import AttentionVAE, AttentionVAEConfig
from core.models.vae_conv import ConvVAE, ConvVAEConfig
from core.models.vae_dense import DenseVAE, DenseVAEConfig
from core.models.vae_gru import GRUVAE, GRUVAEConfig
from core.models.writer_gan import WriterGAN, WriterGANConfig
from core.models.writer_style import WriterStyle, WriterStyleConfig


@dataclass(frozen=True)
class Architecture:
    """A config dataclass and the module that it builds.

    ``family`` is ``aae``, ``vae``, ``ae``, ``gan``, ``style``, ``probe``, ``reader``, ``text`` or ``compose``.
    """

    family: str
    config: type
    module: type[nn.Module]


ARCHITECTURES: dict[str, Architecture] = {
    "aae": Architecture("aae", AAEConfig, AAE),
    "vae-dense": Architecture("vae", DenseVAEConfig, DenseVAE),
    "vae-conv": Architecture("vae", ConvVAEConfig, ConvVAE),
    "vae-gru": Architecture("vae", GRUVAEConfig, GRUVAE),
    "vae-attention": Architecture("vae", AttentionVAEConfig, AttentionVAE),
    "face-vae": Architecture("vae", FaceVAEConfig, FaceVAE),
    "face-probe": Architecture("probe", FaceProbeConfig, FaceProbe),
    "digit-probe": Architecture("probe", DigitProbeConfig, DigitProbe),
    "writer-style": Architecture("style", WriterStyleConfig, WriterStyle),
    "writer-gan": Architecture("gan", WriterGANConfig, WriterGAN),
    "cluster-gans": Architecture("gan", ClusterGANsConfig, ClusterGANs),
    "dense-gan": Architecture("gan", DenseGANConfig, DenseGAN),
    "product-gan": Architecture("gan", ProductGANConfig, ProductGAN),
    "product-text": Architecture("text", ProductTextConfig, ProductText),
    "product-reader": Architecture("reader", ProductReaderConfig, ProductReader),
    "product-compose": Architecture("compose", ProductComposeConfig, ProductCompose),
    "ae-dense": Architecture("ae", DenseAEConfig, DenseAE),
    "ae-conv": Architecture("ae", ConvAEConfig, ConvAE),
    "product-ae": Architecture("ae", ProductAEConfig, ProductAE),
}


def find(architecture: str) -> Architecture:
    """The architecture of that name, of a person's own where they allow it (`plugins`); else ValueError."""
    if architecture in ARCHITECTURES:
        return ARCHITECTURES[architecture]
    if architecture in plugins.names():
        return plugins.load(architecture)
    known = ", ".join(map(repr, [*ARCHITECTURES, *plugins.names()]))
    raise ValueError(
        f"architecture {architecture!r} is not one of {known}. One of your own needs its file in the folder that "
        f"{plugins.VARIABLE} names (docs/bring-your-model.md)."
    )


def build(architecture: str, config: dict[str, Any]) -> nn.Module:
    """A freshly initialised module of ``architecture`` with the hyperparameters ``config``.

    Raises
    ------
    ValueError
        If the name is unknown or a hyperparameter is not one of the architecture's.
    """
    entry = find(architecture)
    try:
        return entry.module(entry.config(**config))
    except TypeError as error:
        raise ValueError(
            f"hyperparameters {sorted(config)} do not fit architecture {architecture!r}: {error}"
        ) from error
