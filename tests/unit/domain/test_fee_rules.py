"""What a profile may set of the rules about fees."""

from typing import Any

import pytest

from domain.profile_document import ProfileError, check_profile


@pytest.mark.parametrize(
    ("code", "parameters", "place"),
    [
        ("FE-02", {"tolerance": "a little"}, "rules.FE-02.parameters.tolerance"),
        ("FE-02", {"tolerance": -1}, "rules.FE-02.parameters.tolerance"),
        ("FE-04", {"channels": "bank"}, "rules.FE-04.parameters.channels"),
        ("FE-04", {"names": ["银行"]}, "rules.FE-04.parameters.names"),
        ("FE-04", {"names": {"bank": "银行"}}, "rules.FE-04.parameters.names"),
        ("FE-05", {"outlets": ["A1"]}, "rules.FE-05.parameters.outlets"),
        ("FE-06", {"most": 1}, "rules.FE-06.parameters.most"),
    ],
)
def test_a_wrong_parameter_is_named(code: str, parameters: dict[str, Any], place: str) -> None:
    with pytest.raises(ProfileError) as refused:
        check_profile({"profile": "local", "rules": {code: {"enabled": True, "parameters": parameters}}})
    assert refused.value.path == place
