"""The archive's address is read from the machine's own apt configuration."""

from launcher.apt import Mirror, mirrors, parse_deb822, parse_one_line

ARCHIVE = "http://mirror.example/debian"


def test_one_line_format_with_options_and_comments():
    text = f"""
    # deb {ARCHIVE}/commented stable main
    deb [arch=amd64 signed-by=/keys/a.gpg] {ARCHIVE} bookworm main contrib # trailing
    deb-src {ARCHIVE} bookworm main
    """
    assert parse_one_line(text) == [Mirror(ARCHIVE, "/keys/a.gpg")]


def test_security_updates_and_vendor_archives_are_left_out():
    text = f"""
deb {ARCHIVE}-security bookworm-security main
deb {ARCHIVE} bookworm-updates main
deb http://vendor.example/apt stable vendor
deb cdrom:[Debian 12]/ bookworm main
"""
    assert parse_one_line(text) == []


def test_deb822_format_with_several_paragraphs_and_addresses():
    text = f"""Types: deb deb-src
# a comment
URIs: {ARCHIVE}
 http://second.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /keys/debian.gpg

Types: deb
URIs: {ARCHIVE}-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: sid
Components: main
"""
    assert parse_deb822(text) == [
        Mirror(ARCHIVE, "/keys/debian.gpg"),
        Mirror("http://second.example/debian", "/keys/debian.gpg"),
    ]


def test_a_key_written_into_the_file_has_no_path():
    text = f"""Types: deb
URIs: {ARCHIVE}
Suites: trixie
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 xyz
"""
    assert parse_deb822(text) == [Mirror(ARCHIVE, "")]


def test_all_files_are_read_once_and_in_order(tmp_path):
    (tmp_path / "sources.list").write_text(f"deb {ARCHIVE} bookworm main\n")
    folder = tmp_path / "sources.list.d"
    folder.mkdir()
    (folder / "b.list").write_text(
        f"deb {ARCHIVE} bookworm main\ndeb http://b.example/d sid main\n"
    )
    (folder / "a.sources").write_text(
        "Types: deb\nURIs: http://a.example/d\nSuites: sid\nComponents: main\n"
    )
    (folder / "off.list.disabled").write_text("deb http://off.example/d sid main\n")
    assert [mirror.uri for mirror in mirrors(tmp_path)] == [
        ARCHIVE,
        "http://a.example/d",
        "http://b.example/d",
    ]


def test_a_machine_without_apt_has_no_archive(tmp_path):
    assert mirrors(tmp_path) == []
