import { expect, type Locator, type Page } from '@playwright/test';

/** 在一个下拉里选中那一项（打得进字的先打几个字），看它确实选中了。 */
export async function choose(page: Page, field: Locator, option: string) {
  const frame = field.locator('xpath=ancestor::*[contains(concat(" ", @class, " "), " ant-select ")][1]');
  // The list opens where it fits and may move once more: what counts is what is chosen in the end.
  await expect(async () => {
    // A short list is only opened; into a long one one types.
    if (await field.isEditable()) await field.fill(option);
    else await field.click();
    const options = page.locator('.ant-select-dropdown:visible .ant-select-item-option');
    await options.filter({ hasText: new RegExp(`^${option}$`) }).click({ timeout: 5_000 });
    await expect(frame).toHaveText(option, { timeout: 2_000 });
  }).toPass();
}
