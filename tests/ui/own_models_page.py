"""A page that holds what the page of own data sets shows of the models of one: the set that the URL names."""

import streamlit as st

from dashboard import own_models, own_zips

st.title("Models of your own")
own_models.panel(st.query_params.get("own", "shapes"))
own_zips.imports()
