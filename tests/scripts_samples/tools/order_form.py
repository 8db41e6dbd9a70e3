import streamlit as st

st.header("Order")
with st.form("order"):
    name = st.text_input("Customer")
    amount = st.number_input("Amount", min_value=0, value=1)
    sent = st.form_submit_button("Send")
if not sent:
    st.info("Fill in the form.")
    st.stop()
if not name:
    st.error("A customer is needed.")
else:
    st.success(f"{amount} ordered for {name}")
