"""The shape of a model from the content of a published configuration file, as keys of an architecture file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from costmodel.errors import SpecError
from costmodel.specs.published.config import Config, refused
from costmodel.specs.published.containers import number_types
from costmodel.specs.published.context import context_limit
from costmodel.specs.published.families import (
    Family,
    family_named,
    family_of,
    looks_like_a_size,
    nested_tables,
    structural_keys,
    what_it_is,
)
from costmodel.specs.published.feeding import feeding
from costmodel.specs.published.further import further
from costmodel.specs.published.kinds import layers_of
from costmodel.specs.published.mixing import mixing

Shape = dict[str, int | str]
READING = ("vision_config", "audio_config", "vision_tower", "visual", "speech_config")
DRAFTS = ("num_nextn_predict_layers", "mtp_num_hidden_layers", "num_mtp_modules")
UNTIED = "tie_word_embeddings is left out, and what its publisher's code then takes is not known: counted as not tied"
MOST_UNREAD = 8
GUIDE = "costmodel import architecture CONFIG --family FAMILY reads it as one of a family that is known"


@dataclass(frozen=True)
class Published:
    """What a published configuration file says of a model."""

    shape: Shape
    """The keys of an architecture file."""
    family: str
    notes: tuple[str, ...] = ()
    """What was taken for granted, what was left out, what a reader has to know."""

    @property
    def note(self) -> str:
        """The notes in one text."""
        return "; ".join(self.notes)


def published(content: Mapping[str, Any], family: str = "") -> Published:
    """Return the shape that a configuration file gives, or a SpecError that names the key that is not understood."""
    values, where = _decoder(content)
    found, model_type = family_named(family) if family else _family(content, values)
    config = Config(values, found, model_type=model_type, nested=bool(where))
    shape = _shape(config, content)
    _check_all_read(config)
    return Published(shape, model_type, tuple(_notes(config, content, where)))


def _decoder(content: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """Return the table that describes the decoder of text, and its name where it is within the file."""
    for name in nested_tables():
        inner: Any = content
        for part in name.split("."):
            inner = inner.get(part) if isinstance(inner, dict) else None
        if isinstance(inner, dict):
            return inner, name
    return content, ""


def _family(content: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[Family, str]:
    types = [str(one["model_type"]) for one in (values, content) if one.get("model_type")]
    if content.get("_class_name") or content.get("_diffusers_version"):
        raise refused("_class_name", "a diffusion model: it denoises in steps and keeps no cache")
    for name in reversed(types):
        if words := what_it_is(name):
            raise refused("model_type", f'"{name}" is {words}')
    if any(one.get("is_encoder_decoder") is True for one in (values, content)):
        raise refused("is_encoder_decoder", "an encoder and decoder: their two stacks are not modelled")
    for one in (values, content):
        if found := family_of(str(one.get("model_type") or ""), one.get("architectures")):
            return found[0], found[1] or found[0].types[0]
    if not types:
        raise refused("model_type", f"is missing, and so is a known class in architectures; {GUIDE}")
    # Nobody types this name: one that is nearly another is another model (mllama is no llama).
    raise refused("model_type", f'no family has the model type "{types[0][:80]}"; {GUIDE}')


def _shape(config: Config, content: Mapping[str, Any]) -> Shape:
    layers = layers_of(config)
    _check_embeddings(config)
    shape: Shape = {
        "layers": len(layers.mixers),
        "hidden_size": config.whole("hidden_size"),
        "vocabulary": config.whole("vocabulary"),
        "context_limit": context_limit(config),
        "tied_embeddings": "yes" if _tied(config, content) else "no",
    }
    if not shape["context_limit"]:
        del shape["context_limit"]
    shape |= mixing(config, layers) | feeding(config, layers)
    shape |= further(config, layers, shape)
    return shape | number_types(config, content, len(layers.mixers))


def _check_embeddings(config: Config) -> None:
    """Refuse embeddings of another width than the model's, with matrices between them."""
    size, hidden = config.get("embedding_size"), config.whole("hidden_size")
    if size not in (None, hidden):
        raise refused(config.key("embedding_size"), f"{size} is not the hidden size {hidden}: that is not modelled")


def _tied(config: Config, content: Mapping[str, Any]) -> bool:
    thinker = content.get("thinker_config")
    around = [one.get("tie_word_embeddings") for one in (thinker, content) if isinstance(one, dict)]
    outer = next((one for one in around if isinstance(one, bool)), None)
    if not config.said("tied") and outer is not None:
        return outer
    if config.get("tied") is None:
        config.remark(UNTIED)
    elif outer not in (None, config.get("tied")):
        config.remark("tie_word_embeddings differs around the decoder's table: that within it counts")
    return config.flag("tied")


def _check_all_read(config: Config) -> None:
    """Raise a SpecError for keys that change a shape and that this family is not known to read."""
    unread = [key for key in structural_keys() if key not in config.read and _means_something(config.values.get(key))]
    if unread:
        name = config.family.name
        raise SpecError(
            [
                f"{key}: is not understood in a file of model type {config.model_type} ({name}); {GUIDE}"
                for key in unread
            ]
        )


def _means_something(value: object) -> bool:
    return value is True or value not in (None, False, 0, 1, [], {}, "")


def _notes(config: Config, content: Mapping[str, Any], where: str) -> list[str]:
    notes = list(config.remarks)
    if where:
        notes.insert(0, f"the decoder is read from {where}")
    if any(key in content for key in READING) or any(key in config.values for key in READING):
        notes.append("what reads images or sound is left out")
    if any(config.values.get(key) for key in DRAFTS):
        notes.append("layers that draft further tokens are left out")
    if unread := [key for key in sorted(config.values) if _unread_size(config, key)]:
        words = ", ".join(f"{key} {config.values[key]}" for key in unread[:MOST_UNREAD])
        notes.append(f"called like sizes, but not read in files of {config.model_type}: {words}")
    filled = {
        key: value for key, value in config.filled.items() if value is not None and value is not False and value != 0
    }
    if filled:
        words = ", ".join(f"{config.key(key)} {_word(value)}" for key, value in sorted(filled.items()))
        notes.append(f"left out by the file, as usual for {config.model_type}: {words}")
    return notes


def _unread_size(config: Config, key: str) -> bool:
    """Return whether a count above 1 is called like a size of the model and was asked for by nothing."""
    value = config.values[key]
    return isinstance(value, int) and value > 1 and key not in config.read and looks_like_a_size(key)


def _word(value: object) -> str:
    return "yes" if value is True else str(value)
