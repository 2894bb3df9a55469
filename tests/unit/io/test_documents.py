import docx
import pytest

from geoplan.errors import EmptyInputError, InputError
from geoplan.io.documents import read_document
from geoplan.linting.lint import LintAsk, lint

LINE = "调查陕西省揭阳县。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("ending", [".txt", ".md"])
def test_lines_are_numbered_as_the_reader_counts_them(tmp_path, encoding, ending):
    path = tmp_path / f"report{ending}"
    path.write_text(f"标题\n\n{LINE}\n", encoding=encoding)
    document = read_document(path)
    assert (document.lines, document.numbers) == (("标题", LINE), (1, 3))
    assert [one.row for one in lint("text", path, LintAsk()).findings] == [3]


def test_paragraphs_and_tables_of_a_word_file_are_read_in_order(tmp_path):
    path = tmp_path / "report.docx"
    document = docx.Document()
    document.add_paragraph("标题")
    document.add_table(rows=1, cols=1).cell(0, 0).text = LINE
    document.add_paragraph("末段")
    document.save(str(path))
    assert read_document(path).lines == ("标题", LINE, "末段")
    assert [one.row for one in lint("text", path, LintAsk()).findings] == [2]


@pytest.mark.parametrize("ending", [".txt", ".md"])
def test_text_may_begin_with_a_bracket(tmp_path, ending):
    path = tmp_path / f"report{ending}"
    path.write_text("[附件] 说明", encoding="utf-8")
    assert read_document(path).lines == ("[附件] 说明",)


@pytest.mark.parametrize("content", [b"", b" \n\n"])
def test_a_file_without_text_is_refused(tmp_path, content):
    path = tmp_path / "report.txt"
    path.write_bytes(content)
    with pytest.raises(EmptyInputError, match=r"report\.txt"):
        read_document(path)


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"plain text"])
def test_a_damaged_word_file_is_one_sentence(tmp_path, content):
    path = tmp_path / "report.docx"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"report\.docx") as raised:
        read_document(path)
    assert "\n" not in str(raised.value)
