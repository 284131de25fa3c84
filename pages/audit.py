"""Audit: what may be wrong with a data set, worst first, judged with a key each; nothing of it is lost."""

import streamlit as st

from core.audit.findings import FindingsError
from core.saved import StoreError
from dashboard import audit_board, audit_running, auditing, frame, state

frame.heading(
    "Audit",
    "What may be wrong with this data set, worst first. Judge it with a key each.",
    picture=("audit_case", "audit_gallery", "audit_groups"),
)
with frame.guard():
    dataset = state.dataset()
    try:
        audit = auditing.current(dataset)
    except (FindingsError, StoreError) as error:
        audit = None
        audit_board.failed(error)
        audit_running.progress(dataset)
        audit_running.offer(dataset, again=True)
        st.stop()
    if audit is None:
        audit_running.none_yet(dataset)
    else:
        running = audit_running.progress(dataset)
        audit_board.board()
