"""The form in which an event must come out again, worked out here from what went in. Standard library only."""

import json

_decoder = json.JSONDecoder()
_space = " \t\r\n"


def _skip(text, index):
    while index < len(text) and text[index] in _space:
        index += 1
    return index


def members(text):
    """The members of a JSON object as {name: raw text}, number tokens and escapes untouched."""
    index = _skip(text, 0)
    assert text[index] == "{", text[:100]
    index = _skip(text, index + 1)
    found = {}
    while text[index] != "}":
        name, index = _decoder.raw_decode(text, index)
        index = _skip(text, index)
        assert text[index] == ":"
        start = _skip(text, index + 1)
        _, index = _decoder.raw_decode(text, start)
        assert name not in found, f"{name} twice in {text[:200]}"
        found[name] = text[start:index]
        index = _skip(text, index)
        if text[index] == ",":
            index = _skip(text, index + 1)
    assert not text[index + 1:].strip(_space), "text behind the object"
    return found


def elements(text):
    """The elements of a JSON array as raw text."""
    index = _skip(text, _skip(text, 0) + 1)
    found = []
    while text[index] != "]":
        start = index
        _, index = _decoder.raw_decode(text, start)
        found.append(text[start:index])
        index = _skip(text, index)
        if text[index] == ",":
            index = _skip(text, index + 1)
    return found


def payloads(body):
    """What the events of one JSON body hold as `data`: an array is one event an element; line breaks, which valid JSON
    has only between tokens, are spaces."""
    text = body.decode("utf-8").strip(_space)
    raw = elements(text) if text.startswith("[") else [text]
    return [one_line(payload) for payload in raw]


def one_line(text):
    return text.replace("\r", " ").replace("\n", " ")
