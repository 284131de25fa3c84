"""What a run of the script has looked up need not be looked up again: Streamlit's caches take 0.5 ms a hit."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from streamlit.runtime.scriptrunner import get_script_run_ctx

Args = ParamSpec("Args")
Found = TypeVar("Found")
NAME = "_morphospace_memo"


def per_run(look_up: Callable[Args, Found]) -> Callable[Args, Found]:
    """``look_up``, which must depend on its hashable arguments and on nothing that changes within a run.

    Outside of a run, as in the routes of pictures, nothing is remembered.
    """

    @functools.wraps(look_up)
    def remembered(*args: Args.args, **kwargs: Args.kwargs) -> Found:
        run = get_script_run_ctx(suppress_warning=True)
        if run is None:
            return look_up(*args, **kwargs)
        memo = run.__dict__.setdefault(NAME, {})
        key = (look_up, args, tuple(kwargs.items()))
        if key not in memo:
            memo[key] = look_up(*args, **kwargs)
        return memo[key]

    return remembered


def forget() -> None:
    """Begin a run: a fragment that runs alone later still knows what this one found."""
    run = get_script_run_ctx(suppress_warning=True)
    if run is not None:
        run.__dict__[NAME] = {}
