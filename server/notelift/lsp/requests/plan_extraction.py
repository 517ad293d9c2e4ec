"""`notelift/planExtraction`: the module that an extraction would write, before anything is changed."""

from __future__ import annotations

from pygls.exceptions import JsonRpcException

from notelift.assists.extraction import Choices, Extraction, plan_extraction
from notelift.assists.model import Refused
from notelift.edits.rewrite import call_source
from notelift.flow.graph import Statement
from notelift.lsp.located import cell_label, kept_statements, statement_range
from notelift.lsp.messages import About, LeftOut, PlanResult
from notelift.lsp.protocol import REQUEST_FAILED
from notelift.lsp.request import Request
from notelift.lsp.targets import targets_of


def answer(request: Request, params: object) -> PlanResult:
    """Return the plan.

    Raises JsonRpcInvalidParams where there is no such target, and JsonRpcException with RequestFailed and a
    sentence where no module gives the values.
    """
    about = About.of(params)
    kernel = request.snapshot.exact
    targets = targets_of(request, about, kernel)
    choices = Choices(about.module, about.function, about.folder)
    try:
        plan = plan_extraction(kernel.session.notebook, kernel.written, targets, choices)
        return _plan(request, plan)
    except Refused as error:
        raise JsonRpcException(str(error), REQUEST_FAILED) from error


def _plan(request: Request, plan: Extraction) -> PlanResult:
    module, refusal = plan.module, plan.refusal
    return {
        "notebook": request.notebook_uri,
        "revision": request.snapshot.revision,
        "targets": list(map(str, plan.targets)),
        "module": module.module,
        "path": plan.path,
        "source": module.source,
        "function": module.function,
        "parameters": [
            {"name": each.name, "default": each.default, "annotation": each.annotation}
            for each in module.parameters
        ],
        "returns": list(module.returns),
        "statements": kept_statements(request, plan.kept, plan.targets),
        "kept": module.kept,
        "total": module.total,
        "maybe": module.maybe,
        "warnings": list(module.warnings),
        "rewrites": not refusal,
        "refusal": refusal or None,
        "leaves": [_left_out(request, each) for each in plan.leaves],
        "import_source": None if refusal else plan.import_source,
        "call": call_source(module.function, plan.targets),
    }


def _left_out(request: Request, statement: Statement) -> LeftOut:
    return {
        "cell": statement.cell,
        "line": statement.line,
        "end_line": statement.end_line,
        "source": statement.source,
        "uri": request.uri(statement.cell),
        "range": statement_range(request, statement),
        "label": cell_label(request, statement.cell),
    }
