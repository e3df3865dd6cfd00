export const guides = {
  text: '本版本的文档，与源码目录中的一致。指南为英文。',
  guides: '指南',
  documents: '参考文档',
  all: '全部指南',
  inEnglish: '本文档为英文。',
  inChinese: 'Tidings 简介（中文）',
  unknown: '没有该名称的指南',
  copied: '已复制。',
};
