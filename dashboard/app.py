"""Entry: ``streamlit run dashboard/app.py``, from any folder."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:  # `streamlit run` puts only this file's folder on the path
    sys.path.insert(0, str(ROOT))

import streamlit as st

from dashboard import media, serving

BASE = st.get_option("server.baseUrlPath")
app = st.App(Path(__file__).with_name("shell.py"), routes=media.routes(BASE), middleware=serving.middleware(BASE))
