"""From a phrase to the words that models know: our own tokenizer and vocabulary. Pure functions, no torch.

A phrase is lower-cased, cut into words and numbers, and each word brought to one form: plurals lose their ending,
spellings and synonyms become one word. What is left is looked up in a `Lexicon`, made from training captions.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np

MAX_WORDS = 16  # known words of a phrase that count; what comes after is left out, and said so
LONGEST = 2_000  # characters of a phrase that are looked at
LEAST = 3  # a word has to be in so many training captions
PADDING = 0  # the number of no word; words have 1, 2, ...
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[\u2600-\u27bf\U0001f300-\U0001faff]")
JOINED = (  # spelt with a gap or a hyphen, or in one
    (re.compile(r"\bt[\s-]?shirt"), "tshirt"),
    (re.compile(r"\bflipflop"), "flip flop"),
    (re.compile(r"\bsun[\s-]glass"), "sunglass"),
    (re.compile(r"\bhand[\s-]bag"), "handbag"),
    (re.compile(r"\bback[\s-]pack"), "backpack"),
    (re.compile(r"\bsweat[\s-]shirt"), "sweatshirt"),
)
SAME = {  # by what is left without the ending of a plural
    "tee": "tshirt",
    "pant": "trouser",
    "slack": "trouser",
    "woman": "women",
    "lady": "women",
    "female": "women",
    "man": "men",
    "gent": "men",
    "male": "men",
    "gray": "grey",
    "colored": "coloured",
    "color": "colour",
    "violet": "purple",
    "scarlet": "red",
    "crimson": "red",
    "jumper": "sweater",
    "pullover": "sweater",
    "hoodie": "sweatshirt",
    "purse": "handbag",
    "wristwatch": "watch",
    "rucksack": "backpack",
    "necktie": "tie",
    "check": "checked",
    "checkered": "checked",
    "checker": "checked",
    "chequered": "checked",
    "stripe": "striped",
    "print": "printed",
    "sleeved": "sleeve",
}
FILLERS = frozenset(
    re.findall(
        r"\w+",
        "a an the and or with in of for to on is are it its this that these those but same one some my me i want "
        "show please find like as very more something",
    )
)
OWNERS = frozenset({"men", "women", "unisex", "kid", "boy", "girl"})  # before them captions name the brand


def singular(word: str) -> str:
    """``word`` without the ending of a plural, by its letters alone: watches -> watch, dress -> dress."""
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1]


def normal(word: str) -> str:
    """The one form of ``word``, a lower-case one, that stands for its plural, spellings and synonyms."""
    word = word.replace("’", "'")
    word = word[:-2] if word.endswith("'s") else word
    word = singular(word)
    return SAME.get(word, word)


def split(phrase: str) -> list[str]:
    """Words, numbers and pictographs of ``phrase`` in order, lower case, spellings joined; no punctuation."""
    text = unicodedata.normalize("NFKC", phrase[:LONGEST]).lower()
    for pattern, joined in JOINED:
        text = pattern.sub(joined, text)
    return WORD.findall(text)


def words(phrase: str) -> list[str]:
    """The words of ``phrase`` in their one form, fillers (the, with, ...) left out."""
    return [word for word in map(normal, split(phrase)) if word not in FILLERS]


def meant(phrase: str, same: Mapping[str, str]) -> list[str]:
    """`words` of ``phrase``, and what they stand for where ``same`` says so."""
    return [same.get(word, word) for word in words(phrase)]


def unbranded(caption: str) -> str:
    """A shop's caption from the word on that says whom it is for: what is before it is the brand.

    A caption without such a word is given back as it is.
    """
    parts = caption.split()
    for place, part in enumerate(parts):
        if normal(part.lower()) in OWNERS:
            return " ".join(parts[place:])
    return caption


@dataclass(frozen=True)
class Reading:
    """What a lexicon makes of a phrase.

    Attributes
    ----------
    ids : the known words as numbers from 1 on, at most `MAX_WORDS`.
    known, unknown : words as they were typed (lower case), in order; fillers are in neither.
    cut : whether known words or letters were left out because the phrase is too long.
    """

    ids: tuple[int, ...]
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    cut: bool = False


@dataclass(frozen=True)
class Lexicon:
    """Known words, commonest first, and the known values of each field ("type", "colour", "gender").

    ``same`` are words, in the one form of `words`, that stand for a known one here and not elsewhere.
    """

    words: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]
    same: Mapping[str, str] = field(default_factory=dict)

    def read(self, phrase: str) -> Reading:
        """Which words of ``phrase`` are known; any text will do, none at all too."""
        number = {word: place + 1 for place, word in enumerate(self.words)}
        ids, known, unknown = [], [], []
        for typed in split(phrase):
            word = normal(typed)
            if word in FILLERS:
                continue
            word = self.same.get(word, word)
            if word in number:
                ids.append(number[word])
                known.append(typed)
            else:
                unknown.append(typed)
        cut = len(ids) > MAX_WORDS or len(phrase) > LONGEST
        return Reading(tuple(ids[:MAX_WORDS]), tuple(known[:MAX_WORDS]), tuple(unknown), cut)

    def numbers(self, phrases: Iterable[str]) -> np.ndarray:
        """The known words of each phrase: (n, `MAX_WORDS`) int64, filled up with `PADDING`."""
        number = {word: place + 1 for place, word in enumerate(self.words)}
        rows = []
        for phrase in phrases:
            ids = [number[word] for word in meant(phrase, self.same) if word in number][:MAX_WORDS]
            rows.append(ids + [PADDING] * (MAX_WORDS - len(ids)))
        return np.array(rows, np.int64).reshape(-1, MAX_WORDS)

    def places(self, field: str, values: np.ndarray) -> np.ndarray:
        """Which known value of ``field`` each of (n,) is: (n,) int64, -1 for an unknown one."""
        place = {value: i for i, value in enumerate(self.fields[field])}
        return np.array([place.get(str(value), -1) for value in values], np.int64)


def build(
    captions: Iterable[str],
    fields: Mapping[str, np.ndarray],
    *,
    least: int = LEAST,
    same: Mapping[str, str] = MappingProxyType({}),
) -> Lexicon:
    """The lexicon of training captions and the fields beside them; values of fields commonest first.

    Parameters
    ----------
    least : captions that a word has to be in; words of the fields' values are known however rare.
    same : words that stand for another, as in `Lexicon`; those that stand for no known word are left out.
    """
    counts: Counter[str] = Counter()
    for caption in captions:
        counts.update(set(meant(caption, same)))
    kinds = {name: ranked(Counter(str(v) for v in values if str(v))) for name, values in fields.items()}
    named = {word for values in kinds.values() for value in values for word in meant(value, same)}
    kept = Counter(
        {word: counts[word] for word in counts.keys() | named if counts[word] >= least or word in named}
    )
    return Lexicon(ranked(kept), kinds, {word: other for word, other in same.items() if other in kept})


def ranked(counts: Counter[str]) -> tuple[str, ...]:
    """Keys, commonest first; equally common ones by the alphabet."""
    return tuple(sorted(counts, key=lambda key: (-counts[key], key)))


def save(lexicon: Lexicon, path: Path) -> None:
    """Write ``lexicon`` as JSON."""
    found = asdict(lexicon)
    if not found["same"]:
        del found["same"]
    path.write_text(json.dumps(found, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def load(path: Path) -> Lexicon:
    """Read what `save` wrote.

    Raises
    ------
    ValueError
        If the file is no JSON of a lexicon.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        kinds = {str(name): tuple(map(str, values)) for name, values in raw["fields"].items()}
        same = {str(word): str(other) for word, other in raw.get("same", {}).items()}
        return Lexicon(tuple(map(str, raw["words"])), kinds, same)
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path.name} is no vocabulary ({error})") from error
