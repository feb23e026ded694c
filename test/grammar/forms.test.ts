import { describe, expect, test } from 'vitest';
import { judgeForm, readForms } from './forms.js';

const forms = readForms();

describe('every form of an option is read and printed as the tools do', () => {
  test('the file holds them', () => {
    expect(forms.length).toBeGreaterThan(890);
    expect(forms.every(({ kernel }) => kernel !== undefined)).toBe(true);
  });

  test('prints and refusals', () => {
    const wrong = forms.map((form) => ({ form, got: judgeForm(form).text })).filter(({ form, got }) => got !== form.ours);
    expect(wrong).toEqual([]);
  });

  test('another print than the kernel\'s own save comes with a warning that says why', () => {
    const silent = forms
      .filter(({ kernel, ours }) => kernel !== ours && ours !== '!!' && kernel !== '!!')
      .filter((form) => !judgeForm(form).diagnostics.some(({ code }) => code === 'lossy-save'));
    expect(silent).toEqual([]);
  });

  test('every refusal points into its line', () => {
    const lost = forms
      .map((form) => ({ form, errors: judgeForm(form).diagnostics.filter(({ severity }) => severity === 'error') }))
      .filter(({ form, errors }) => errors.some(({ line, column, endColumn }) => line !== 2 || column < 1 || endColumn <= column || endColumn > `-A ${form.chain} ${form.rule}`.length + 2));
    expect(lost).toEqual([]);
  });

  test('what is printed is printed again', () => {
    const restless = forms
      .filter(({ ours }) => ours !== '!!' && !ours.includes(' || '))
      .map((form) => ({ form, again: judgeForm({ ...form, rule: form.ours }).text }))
      .filter(({ form, again }) => again !== form.ours);
    expect(restless).toEqual([]);
  });
});
