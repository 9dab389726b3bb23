"""Parameters of the rules about what is entered: DQ-02, DQ-03, DQ-05."""

from typing import Any

import pytest

from domain.profile_document import ProfileError, check_profile


@pytest.mark.parametrize(
    ("code", "parameters", "path"),
    [
        ("DQ-02", {"within": "soon"}, "rules.DQ-02.parameters.within"),
        ("DQ-02", {"share": 1.2}, "rules.DQ-02.parameters.share"),
        ("DQ-02", {"least": -1}, "rules.DQ-02.parameters.least"),
        ("DQ-03", {"accepted": "item"}, "rules.DQ-03.parameters.accepted"),
        ("DQ-03", {"completeness": 95}, "rules.DQ-03.parameters.completeness"),
        ("DQ-05", {"within": 1}, "rules.DQ-05.parameters.within"),
        ("DQ-05", {"days": 1}, "rules.DQ-05.parameters.days"),
    ],
)
def test_a_wrong_parameter_is_refused_with_its_place(
    code: str, parameters: dict[str, Any], path: str
) -> None:
    with pytest.raises(ProfileError) as refused:
        check_profile({"profile": "local", "rules": {code: {"parameters": parameters}}})
    assert refused.value.path == path
