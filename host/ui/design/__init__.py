"""The design system: parts that pages are made of; colours and measures stand in `files/tokens.css`."""
