export const guides = {
  text: 'The documents of this version, as they are in its checkout.',
  guides: 'Guides',
  documents: 'To look things up',
  all: 'All guides',
  inEnglish: 'This document is in English.',
  inChinese: 'What Tidings is, in Chinese',
  unknown: 'There is no guide of this name',
  copied: 'Copied.',
};
