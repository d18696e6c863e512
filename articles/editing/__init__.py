"""What editors have besides the forms: problems by place, next steps, reports, previews of blocks."""
