"""Refusals of files, each with what to do about it."""

from market.kernel.errors import Conflict, Invalid, NotFound
from market.kernel.i18n import N_


class ImportNotFound(NotFound):
    """No such import, or another seller's."""

    message = N_("没有这次导入")


class FileProblem(Invalid):
    """The file cannot be used at all; `field` is always the file."""

    def __init__(self, **params: object) -> None:
        super().__init__(field="file", **params)


class FileMissing(FileProblem):
    """Nothing was chosen, or it is empty."""

    message = N_("请选一个表格文件，空文件不行")


class FileTooBig(FileProblem):
    """More bytes than are taken."""

    message = N_("文件太大了，最大 %(megabytes)s MB。请分成几个文件")


class NotASheet(FileProblem):
    """Neither a workbook nor a text of columns."""

    message = N_("这不是表格文件。请用 .xlsx 或 .csv，最好从这里下载模板")


class OldWorkbook(FileProblem):
    """The old binary format, or a workbook with a password."""

    message = N_("旧格式的 .xls 或加了密码的表格读不了。请另存为没有密码的 .xlsx")


class WebPageAsSheet(FileProblem):
    """HTML or XML with the name of a sheet."""

    message = N_("这是网页，不是表格。请在表格软件里打开，另存为 .xlsx")


class WorkbookBroken(FileProblem):
    """Cut off, or not as the format says."""

    message = N_("表格文件坏了或者不完整。请在表格软件里重新保存一次")


class WorkbookUnsafe(FileProblem):
    """It declares entities or swells without reason."""

    message = N_("这个文件的结构不安全，不能打开。请在表格软件里把内容贴到新表格，再保存")


class TooMuchText(FileProblem):
    """More cells or texts than a sheet of goods can have."""

    message = N_("表格内容太多了。一次最多 %(rows)s 行，请分成几个文件")


class TooManyRows(FileProblem):
    """More goods than are taken at once."""

    message = N_("一次最多 %(rows)s 行，请分成几个文件")


class NoVisibleSheet(FileProblem):
    """Every sheet is hidden."""

    message = N_("表格里没有看得见的工作表")


class NoRows(FileProblem):
    """Only a heading, or not even that."""

    message = N_("表格里没有商品行")


class TextUnreadable(FileProblem):
    """Neither UTF-8 nor GB18030."""

    message = N_("文字编码认不出来。请存为 UTF-8 或 GB18030 的 .csv，或者 .xlsx")


class UnknownColumn(FileProblem):
    """A heading that means nothing here."""

    message = N_("不认识的列名：%(name)s。请用模板里的列名，不要的列删掉")


class ColumnTwice(FileProblem):
    """Two columns of one meaning."""

    message = N_("列名重复：%(name)s")


class ColumnMissing(FileProblem):
    """Nothing says which goods a row means."""

    message = N_("缺少列：要有“产品名称”或者“规格编号”")


class NotReadyToApply(Conflict):
    """There is no preview, it has errors, or it has been used."""

    message = N_("现在不能写入：预览还没有好、有错误，或者已经处理过")


class NothingToApply(Conflict):
    """The file says what is there already."""

    message = N_("和现在的资料一样，没有要改的")
