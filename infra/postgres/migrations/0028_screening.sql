-- Screening looks at more than the text, and by more than rules.

-- What came with the text and holds the span (file name, title, …); null: the span lies in the text.
alter table compliance.findings add column field text;

-- With what a version was screened: `rules`, or `rules+rampart`; null before this was recorded.
alter table knowledge.versions add column screened_with text;
