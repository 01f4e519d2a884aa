"""What a designation is assessed in, and what its survey focuses on: the office's own lists, never invented."""

from policy.office import OfficeSettings


def test_the_lists_are_unknown_until_the_office_fills_them_in() -> None:
    settings = OfficeSettings()
    assert (settings.dicoe.assessment_areas, settings.dicoe.survey_focus) == ([], [])


def test_the_office_fills_them_in_among_its_settings() -> None:
    settings = OfficeSettings.model_validate({"dicoe": {"survey_focus": ["sample focus"]}})
    assert settings.dicoe.survey_focus == ["sample focus"]
