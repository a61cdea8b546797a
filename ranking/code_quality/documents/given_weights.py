"""Whether a line of a README gives weights of the repository's own.

A model that everybody builds on is asked for, not given: an address on a hub must share a word with the README's title,
or stand where weights are given and not be the plain name of such a model. Nobody's account is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ranking.code_quality.documents.promises import without_what_is_withheld

# Where what is too large for a repository is put.
_SHARED_FILE = (
    r"https?://(?:drive\.google|docs\.google|1drv|[\w.-]{0,60}dropbox|onedrive|[\w.-]{0,60}sharepoint|pan\.baidu"
    r"|[\w.-]{0,60}zenodo|figshare|storage\.googleapis|dl\.fbaipublicfiles|[\w.-]{0,60}\.s3\.|s3\.|mega\.nz"
    r"|[\w.-]{0,60}\.blob\.core|github\.com/[^\s)]{1,100}/releases)"
)
_GIVES = re.compile(
    r"(?:pre-?trained|checkpoints?|trained models?|model zoo|weights)[^\n]{0,200}(?:https?://|download|\.(?:pth?|ckpt|tar|zip))"
    r"|(?:download|https?://)[^\n]{0,160}(?:pre-?trained|trained models?|checkpoint|weights|\.pth?\b|\.ckpt)"
    rf"|\bmodels?\b[^\n]{{0,80}}{_SHARED_FILE}"
    r"|\[(?:model|ckpt|checkpoint|weights)\]\((?:https?:|[^)#\s]{1,200}\.(?:pth?|ckpt|h5|zip|t?gz|tar))",
    re.I,
)
# What gives below a heading on models, or in a table with a column for them.
_ON_MODELS = re.compile(r"pre-?trained|model zoo|checkpoints?|ckpt|weights|\bmodels?\b", re.I)
_COLUMNS_OF_MODELS = re.compile(rf"{_ON_MODELS.pattern}|\bmethods?\b|\barch|\bconfig", re.I)
_FILE_BELOW = re.compile(rf"{_SHARED_FILE}|\.(?:pth?|ckpt|h5|hdf5|t7)\b[^\n]{{0,3}}\)", re.I)
_LINK_BELOW = re.compile(r"\[(?:download|link|here)\]\(https?:", re.I)
_DOWNLOAD_OF_MODEL = re.compile(r"\bmodels?\b[^\n]{0,80}\[download\]\(https?:", re.I)
_ON_WEIGHTS = re.compile(
    r"pre-?trained|model zoo|checkpoints?|ckpt|weights|trained models?|fine-?tuned", re.I
)
_ELSEWHERE = re.compile(r"https?://|download|gdown|wget|curl", re.I)
# What fetches it: an address or a script. That something is downloaded says neither what nor by whom.
_FETCHES = re.compile(r"https?://|\]\(|gdown|wget|curl|\.(?:sh|py|bash)\b", re.I)
# Below a heading on models there may be data all the same.
_OTHER_FILES = re.compile(
    r"\bdata ?sets?\b|\bcorp(?:us|ora)\b|\bannotations?\b|\bembeddings?\b|\bfeatures\b", re.I
)
# The path of a file on one's own disk, given to a command.
_OPTION = re.compile(r"(?:^|[\s`])--?\w[\w-]{0,40}[ =]\S")
_HUB = re.compile(
    r"(?:https?://)?\b(?:huggingface\.co|hf\.co)/(?!(?:datasets|spaces|papers|docs|blog|learn|models|settings|join)\b)"
    r"(?:collections/)?([\w.-]{1,60}/[\w.-]{1,100})"
    r"|from_pretrained\(\s{0,8}[\"']([\w-][\w.-]{0,60}(?:/[\w.-]{1,100})?)[\"']"
    r"|\b(?:huggingface-cli|hf) download ([\w.-]{1,60}/[\w.-]{1,100})",
    re.I,
)
# Weights of other people's making that a README asks for, and pictures.
_NOT_WEIGHTS = re.compile(
    r"glove|fast ?text|word2vec|word[ -](?:vectors?|embeddings?)|backbone|image ?net[ -]pre"
    r"|pre-?trained\W{1,3}(?:on|with) (?:the )?(?:image ?net|kinetics|instagram|jft)"
    r"|(?:attention|class|sample|loss) weights"
    r"|(?:checkpoints?|weights|models?) (?:are|is|will be|get) (?:saved|written|stored|logged) (?:in|to|under|at)"
    r"|to extract (?:\w{1,20} ){0,2}features|feature extract(?:or|ion)|(?:provided|released|trained) by \["
    r"|!\[[^\[\]\n]{0,200}\]\(|<img|shields\.io|\[[^\[\]\n]{0,40}source code\]\(",
    re.I,
)
# Addresses under which no weights lie: of papers, of source code and documents, of a repository as a whole.
_PAPERS = (
    r"(?:(?:www|export)\.)?(?:arxiv\.org|aclanthology\.org|openreview\.net|doi\.org|dl\.acm\.org|ieeexplore\.ieee\.org"
    r"|proceedings\.[\w.-]{1,40}|papers\.n(?:eur)?ips\.cc|openaccess\.thecvf\.com|link\.springer\.com"
    r"|paperswithcode\.com|wandb\.ai)"
)
_REST = r"[^\s)\]>\"']"
_NO_FILE = re.compile(
    rf"https?://(?:{_PAPERS}(?:/{_REST}{{0,300}})?"
    rf"|github\.com/[\w.-]{{1,60}}/[\w.-]{{1,100}}(?:/(?:blob|tree)/{_REST}{{1,300}})?/?(?=[\s)\]>\"',.;]|\Z)"
    rf"|{_REST}{{1,300}}\.(?:pdf|json|txt|csv|ya?ml|py|ipynb|md|html?|png|jpe?g|gif|svg)\b)",
    re.I,
)
_WEIGHTS_IN_A_TREE = re.compile(
    rf"/(?:blob|tree)/{_REST}{{0,300}}(?:\.(?:pth?|ckpt|h5|pkl|npz|zip|tar)|weights|checkpoints?|models?)\b",
    re.I,
)
# Words that plain names of models which everybody builds on are made of, beside sizes and versions.
_FAMILIES = frozenset({
    "albert", "alpaca", "all", "baichuan", "bart", "beit", "bert", "biobert", "blip", "bloom", "chatglm", "clip",
    "codebert", "codegen", "codellama", "codet", "deberta", "deepseek", "deit", "diffusion", "dino", "dinov",
    "distilbert", "distilgpt", "distilroberta", "efficientnet", "electra", "falcon", "flan", "flux", "gemma", "glm",
    "gpt", "graphcodebert", "hubert", "internlm", "j", "llama", "llava", "longformer", "mae", "mbart", "mbert",
    "meta", "minilm", "mistral", "mixtral", "mobilenet", "mpnet", "mt", "neo", "neox", "opt", "pegasus", "phi",
    "pythia", "qwen", "resnet", "roberta", "sam", "scibert", "sd", "sdxl", "segformer", "siglip", "stable",
    "starcoder", "swin", "t", "vae", "vicuna", "vit", "wav", "wavlm", "whisper", "xl", "xlm", "xlnet", "yi",
})  # fmt: skip
_SIZES = frozenset({
    "base", "large", "small", "tiny", "mini", "medium", "huge", "giant", "xl", "xxl", "uncased", "cased", "chat",
    "hf", "instruct", "it", "en", "multilingual", "patch", "in", "code", "coder", "turbo", "preview", "gguf", "awq",
    "gptq", "fp", "int", "bit", "ft", "mse", "v", "b", "m", "k", "l", "h", "inpainting", "chinese", "english",
    "llm", "moe", "distill",
})  # fmt: skip
# Words of titles that tell nothing apart.
_COMMON = frozenset({
    "the", "and", "for", "with", "from", "via", "using", "into", "code", "official", "repository", "repo",
    "implementation", "paper", "pytorch", "tensorflow", "keras", "jax", "learning", "model", "models", "deep",
    "neural", "network", "networks", "net", "data", "dataset", "training", "train", "large", "small", "base",
    "language", "vision", "image", "images", "video", "towards", "based", "new", "fast", "efficient", "python",
    "library", "toolkit", "project", "this", "that", "our", "welcome", "benchmark", "framework", "release",
})  # fmt: skip
_LETTERS = re.compile(r"[a-z]+")
_WORDS = re.compile(r"[^\W_]+")


class Given(Enum):
    """Whether weights are given: ``UNSURE`` is an address of what may be somebody else's."""

    NO = 0
    UNSURE = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class Title:
    """A README's title: its telling words, and the name it begins with, without spaces or signs."""

    words: frozenset[str] = frozenset()
    name: str = ""

    @classmethod
    def of(cls, lines: Iterable[str]) -> Title:
        """The first line with letters, without Markdown, links and pictures."""
        for line in lines:
            plain = re.sub(
                r"!\[[^\[\]\n]{0,200}\]\([^)\n]{0,300}\)|<[^<>\n]{0,300}>|\]\([^)\n]{0,300}\)",
                " ",
                line[:600],
            )
            words = _WORDS.findall(plain.lower())
            if any(_LETTERS.search(word) for word in words):
                name = _WORDS.findall(re.split(r"[:–—|(]| - ", plain, maxsplit=1)[0].lower())
                telling = (w for w in words if len(w) >= 4 and w not in _COMMON | _FAMILIES | _SIZES)
                return cls(frozenset(telling), "" if _COMMON.issuperset(name) else "".join(name))
        return cls()

    def names(self, address: str) -> bool:
        """Whether a model's address, ``account/name``, is named for what the README is about."""
        model = address.lower().rpartition("/")[2]
        plain = "".join(_WORDS.findall(model))
        if len(self.name) >= 2 and plain.startswith(self.name):
            return True
        return not _everybodys(address) and any(word.removesuffix("s") in plain for word in self.words)


def _everybodys(address: str) -> bool:
    """Whether it is the plain name of a model that others build on: ``bert-base-uncased``."""
    words = set(_LETTERS.findall(address.lower().rpartition("/")[2]))
    return bool(words & _FAMILIES) and words <= _FAMILIES | _SIZES


def weights_given(line: str, *, section: str, columns: str, title: Title) -> Given:
    """What a line gives below the heading ``section``, and in a table with these ``columns``."""
    line = _without_other_addresses(without_what_is_withheld(line))
    if _NOT_WEIGHTS.search(line):
        return Given.NO
    addresses = [next(filter(None, found)) for found in _HUB.findall(line)]
    rest = _HUB.sub(" ", line) if addresses else line
    elsewhere = _ELSEWHERE.search(rest) is not None
    if "http" in rest or not addresses:
        in_table = _COLUMNS_OF_MODELS.search(columns) is not None
        if _OTHER_FILES.search(rest) and not _ON_MODELS.search(rest):
            section = ""
        if (in_table or _ON_MODELS.search(section)) and _FILE_BELOW.search(rest):
            return Given.YES
        if (in_table or _ON_WEIGHTS.search(section)) and _LINK_BELOW.search(rest):
            return Given.YES
        if _DOWNLOAD_OF_MODEL.search(rest):
            return Given.YES
        if _GIVES.search(rest) and (elsewhere or not _OPTION.search(rest)):
            # "Download the pretrained model:" goes on below.
            told = not elsewhere or _FETCHES.search(rest) or rest.rstrip().endswith(":")
            return Given.YES if told else Given.UNSURE
    if any(title.names(one) and ("/" in one or _everybodys(one)) for one in addresses):
        return Given.YES
    unknown = [one for one in addresses if "/" in one and not _everybodys(one)]
    if unknown and (_ON_WEIGHTS.search(rest) or _ON_WEIGHTS.search(section) or _ON_WEIGHTS.search(columns)):
        return Given.YES
    return Given.UNSURE if unknown else Given.NO


def _without_other_addresses(line: str) -> str:
    """Without addresses of what is no weights; their words stay."""
    return _NO_FILE.sub(lambda found: found[0] if _WEIGHTS_IN_A_TREE.search(found[0]) else " ", line)
