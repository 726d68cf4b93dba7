// Everything that can be seen and has a name, one per line.
const lines = [...document.querySelectorAll('body *')]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }) && element.computedName)
  .map((element) => `    ${element.computedRole || element.localName} “${element.computedName}”`);
return lines.join('\n');
