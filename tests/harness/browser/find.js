// The elements that can be seen and have this role and name, as Chromium computes both for
// assistive technology; a `*` in the name stands for any text. If an outer role and name are
// given, only those inside such an element.
const [role, name, outerRole, outerName] = arguments;

// Working out a role is dear, so that only elements are asked that can have it.
const CAN_BE = {
  article: 'article', button: 'button, [role=button], input', cell: 'td, [role=cell]',
  combobox: 'select, input', dialog: 'dialog', group: 'fieldset, [role=group]', heading: 'h1, h2, h3, h4, h5, h6',
  link: 'a', navigation: 'nav', option: '[role=option]', radio: 'input', region: 'section',
  searchbox: 'input', summary: 'summary', textbox: 'input, textarea', timer: '[role=timer]',
};
// Chromium keeps the role of this one to itself.
const roleOf = (element) => element.computedRole || (element.matches('summary') ? 'summary' : '');
const tidy = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const literal = (text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
const pattern = (text) => new RegExp(`^${text.split('*').map(literal).join('.*')}$`, 's');
const is = (element, role, name) => roleOf(element) === role && pattern(name).test(tidy(element.computedName));
const isInside = (element) => {
  for (let outer = element.parentElement; outer; outer = outer.parentElement) {
    if (is(outer, outerRole, outerName)) return true;
  }
  return false;
};
return [...document.querySelectorAll(CAN_BE[role] ?? 'body *')].filter((element) =>
  element.checkVisibility({ visibilityProperty: true })
  && is(element, role, name)
  && (!outerRole || isInside(element)));
