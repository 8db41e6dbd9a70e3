import argparse
import sys

import streamlit as st


def main(argv=None):
    parser = argparse.ArgumentParser(description="A command line tool that grew a page")
    parser.add_argument("--limit", type=int, default=10)
    options = parser.parse_args(argv)
    st.write("Limit:", options.limit)
    st.write("Program:", parser.prog, len(sys.argv))


if __name__ == "__main__":
    main()
    sys.exit(0)
