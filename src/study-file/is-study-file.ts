/** Whether an argument means a file rather than a study's name. */
export const isStudyFile = (text: string): boolean => /\.([cm]?[jt]s|ya?ml|json)(#.*)?$/.test(text);
