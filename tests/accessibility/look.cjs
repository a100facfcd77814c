// Looks at pages in one headless Chromium, and prints what shuts somebody out, as JSON lines.
//
//   node look.cjs NODE_MODULES CHROMIUM PAGE.html [PAGE.html ...]
//
// For each page: axe-core at two widths with everything unfolded, pa11y (WCAG 2 AA), what it asks
// of another address, tab stops before the answer, words wider than a narrow screen, small letters.
const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const [modules, chromium, ...pages] = process.argv.slice(2);
const load = (name) => require(require.resolve(name, { paths: [modules] }));
const puppeteer = load("puppeteer-core");
const pa11y = load("pa11y");
const axe = fs.readFileSync(require.resolve("axe-core", { paths: [modules] }), "utf8");

const WIDE = 1400, NARROW = 390, NARROWEST = 320;
const LETTERS = 12;

const tell = (page, by, problem, where) =>
  console.log(JSON.stringify({ page: path.basename(page), by, problem, where }));

const unfold = () => document.querySelectorAll("details").forEach((each) => (each.open = true));

// What a narrow page may break that a wide one does not: all else is the same elements.
const OF_LAYOUT = [
  "aria-required-children", "aria-required-parent", "empty-table-header", "scrollable-region-focusable",
  "target-size", "th-has-data-cells",
];

const violations = async (only) => {
  const runOnly = only.length ? { runOnly: only } : {};
  const found = await axe.run(document, { resultTypes: ["violations"], ...runOnly });
  return found.violations.flatMap((each) =>
    each.nodes.map((node) => [`${each.id}: ${each.help}`, node.html.slice(0, 160)]),
  );
};

const stops = () => {
  const answer = document.getElementById("answer");
  const able = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const before = [...document.querySelectorAll(able)].filter(
    (each) => answer && each.compareDocumentPosition(answer) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
  return before.length;
};

const smallest = () => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let least = [Infinity, ""];
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (!text || element.closest("sup, style, script") || !element.getClientRects().length) continue;
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < least[0]) least = [size, text];
  }
  return least;
};

async function look(browser, file) {
  const url = pathToFileURL(path.resolve(file)).href;
  const tab = await browser.newPage();
  tab.on("request", (asked) => {
    const wanted = asked.url();
    if (wanted !== url && !/^(data|blob|about):/.test(wanted)) tell(file, "address", wanted, "");
  });
  await tab.setViewport({ width: WIDE, height: 900 });
  await tab.goto(url);
  const before = await tab.evaluate(stops);
  if (before > 3) tell(file, "tab stops", `${before} before the answer`, "");
  await tab.evaluate(axe);
  await tab.evaluate(unfold);
  for (const width of [WIDE, NARROW]) {
    await tab.setViewport({ width, height: 900 });
    for (const [problem, where] of await tab.evaluate(violations, width === WIDE ? [] : OF_LAYOUT))
      tell(file, `axe at ${width}`, problem, where);
  }
  const [size, text] = await tab.evaluate(smallest);
  if (size < LETTERS) tell(file, "letters", `${size} pixels at ${NARROW}`, text);
  await tab.setViewport({ width: NARROWEST, height: 900 });
  const wide = await tab.evaluate(() => document.documentElement.scrollWidth);
  if (wide > NARROWEST) tell(file, "width", `${wide} pixels at ${NARROWEST}`, "");
  await tab.setViewport({ width: WIDE, height: 900 });
  const found = await pa11y(url, { browser, page: tab, ignoreUrl: true, standard: "WCAG2AA" });
  for (const each of found.issues) tell(file, `pa11y ${each.code}`, each.message, each.context);
  await tab.close();
}

(async () => {
  const browser = await puppeteer.launch({
    executablePath: chromium,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
  try {
    const waiting = [...pages];
    const one = async () => {
      for (let file = waiting.shift(); file; file = waiting.shift()) await look(browser, file);
    };
    await Promise.all([one(), one()]);
    console.log(JSON.stringify({ looked: pages.length }));
  } finally {
    await browser.close();
  }
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
