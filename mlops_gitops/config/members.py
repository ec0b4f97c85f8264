"""Members: a JSON object's text, part by part, so that it can be rewritten and look the same."""

import json
from dataclasses import dataclass, replace
from json import JSONDecoder

from mlops_gitops.config.places import children


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One key and its value.

    Attributes:
        join: what stands between it and the member before it; empty for the first.
        key: decoded.
        key_text: the key as it is written, quotes included, up to where its value begins.
        value_text: the value as it is written.
    """

    join: str
    key: str
    key_text: str
    value_text: str

    def renamed(self, key: str) -> "Member":
        """Give it another key; what stands between key and value stays."""
        _, end = JSONDecoder().raw_decode(self.key_text)
        return replace(self, key=key, key_text=json.dumps(key) + self.key_text[end:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """A whole object.

    Attributes:
        before: everything up to its first key.
        join: what stands between two members where nothing else is known.
        after: everything behind its last value.
    """

    before: str
    members: tuple[Member, ...]
    join: str
    after: str

    def text(self) -> str:
        """Write the object; whichever member comes first stands where the first one stood."""
        parts = [
            ("" if index == 0 else member.join or self.join) + member.key_text + member.value_text
            for index, member in enumerate(self.members)
        ]
        return self.before + "".join(parts) + self.after


def read_members(text: str) -> Members:
    """Take the text of a good JSON object apart."""
    start = text.index("{")
    decoder = JSONDecoder()
    members: list[Member] = []
    first = end = start + 1
    for key, key_at, value_at in children(text, start):
        value_end = decoder.raw_decode(text, value_at)[1]
        first = first if members else key_at
        member = Member(
            join=text[end:key_at] if members else "",
            key=str(key),
            key_text=text[key_at:value_at],
            value_text=text[value_at:value_end],
        )
        members.append(member)
        end = value_end
    join = members[1].join if len(members) > 1 else ", "
    return Members(before=text[:first], members=tuple(members), join=join, after=text[end:])
