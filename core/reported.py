"""What others report for such models, to be shown beside what is measured here."""

AAE = "Makhzani et al. 2016, Adversarial Autoencoders, table 3"
KERAS = "Keras example variational_autoencoder, with the squared-error loss"
GRU = "the recurrent variant of the same tutorial series"
SERIES = "the same tutorial series, training error only"
PARAMETRIC = "Sainburg et al. 2021, Parametric UMAP, 1-NN tables"
PLAIN = "this network after 4 epochs of pixel error and KL divergence, before its critic begins, on the same faces"

REPORTED: dict[str, dict[str, tuple[str, str]]] = {
    "digits-aae-30": {"cluster_error": ("0.0410 ± 0.0113", AAE)},
    "digits-aae-16": {"cluster_error": ("0.0955 ± 0.0205", AAE)},
    "digits-aae-10": {
        "accuracy_hungarian": (
            "0.910 (ClusterGAN), 0.984 (IMSAT)",
            "the authors' repository; Hu et al. 2017",
        ),
        "nmi": ("0.92 (SLOGAN)", "Hwang et al. 2022, SLOGAN, table 1"),
    },
    "digits-vae-2d": {"test_loss": ("37.3252", KERAS), "knn1_accuracy_2d": ("0.724", PARAMETRIC)},
    "digits-vae-2d-conv": {
        "test_loss": ("37.3252 (dense)", KERAS),
        "knn1_accuracy_2d": ("0.724", PARAMETRIC),
    },
    "digits-vae-2d-gru": {"test_loss": ("67.4471", GRU)},
    "digits-vae-2d-attention": {"test_loss": ("67.4471", GRU)},
    "fashion-vae-2d": {"knn1_accuracy_2d": ("0.665", PARAMETRIC)},
    "fashion-vae-2d-conv": {"knn1_accuracy_2d": ("0.665", PARAMETRIC)},
    "digits-ae-dense": {"train_mse": ("0.0026", SERIES), "precision_at_1": ("0.975", PARAMETRIC)},
    "digits-ae-conv-up": {"train_mse": ("0.0065", SERIES)},
    "digits-ae-conv-deconv": {"train_mse": ("0.0091", SERIES)},
    "digits-ae-conv-dense-up": {"train_mse": ("0.0050", SERIES)},
    "fashion-ae-dense": {"train_mse": ("0.00543", SERIES), "precision_at_1": ("0.867", PARAMETRIC)},
    "fashion-ae-conv-up": {"train_mse": ("0.0131", SERIES)},
    "fashion-ae-conv-deconv": {"train_mse": ("0.049", SERIES)},
    "fashion-ae-conv-dense-up": {"train_mse": ("0.0091", SERIES)},
    "faces-64": {"sharpness_ratio": ("0.138 (plain VAE)", PLAIN)},
}
# Of a space of 64 numbers, for every space that has none of its own kind.
SPACES = {"digits": ("0.979 (VAE, 64 numbers)", PARAMETRIC), "fashion": ("0.875 (VAE, 64 numbers)", PARAMETRIC)}


def reported(checkpoint: str, key: str) -> tuple[str, str]:
    """(value, source) as others report it; two empty strings where nothing is."""
    if found := REPORTED.get(checkpoint, {}).get(key):
        return found
    return SPACES.get(checkpoint.partition("-")[0], ("", "")) if key == "precision_at_1" else ("", "")
