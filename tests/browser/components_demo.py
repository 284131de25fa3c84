"""The components by themselves, and the route of their pictures. By hand: `PYTHONPATH=. streamlit run` it."""

from pathlib import Path

import streamlit as st

from dashboard import media

app = st.App(Path(__file__).with_name("components_page.py"), routes=media.routes())
