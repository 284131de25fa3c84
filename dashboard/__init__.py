"""The dashboard: Streamlit, and nothing that a notebook could use."""
