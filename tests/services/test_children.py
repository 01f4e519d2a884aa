"""A program that is started here is told where things are, and no secret of the office's."""

from services.security.children import TO_BUILD, environment_of_child

OURS = {"PATH": "/bin", "HOME": "/home", "LC_ALL": "C.UTF-8", "TMPDIR": "/tmp"}
GO = {"GOPROXY": "direct", "CGO_ENABLED": "0", "https_proxy": "http://proxy.example.org"}
SECRETS = [
    "ACCREDIT_MAIL_PASSWORD", "ACCREDIT_DATABASE_URL", "TEMPORAL_API_KEY", "TEMPORAL_TLS_CLIENT_KEY_DATA", "PGPASSWORD",
    "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "FSSPEC_S3_SECRET", "GOOGLE_APPLICATION_CREDENTIALS", "CC_TOKEN",
    "HOMEBREW_TOKEN", "PATH_TOKEN", "TEMP_TOKEN", "GITHUB_TOKEN", "SSH_AUTH_SOCK",
]  # fmt: skip


def test_a_child_gets_what_is_named_and_nothing_that_begins_like_it() -> None:
    environ = OURS | GO | dict.fromkeys(SECRETS, "S3cretQ9")

    assert environment_of_child(None, environ) == OURS
    assert environment_of_child(TO_BUILD, environ) == OURS | GO
