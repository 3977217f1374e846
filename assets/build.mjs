// Builds what the browser loads into src/kairos/static/dist:
//   app.js, app.css, chart.js, calendar.js, calendar.css, icons.svg, favicon.svg, icon-….png  under their plain names,
//   app.<hash>.js …  with .br and .gz      what pages link to: never changes, so browsers keep it for ever,
//   manifest.json                          from the plain name to the hashed one;
// and puts the typefaces of printed papers into src/kairos/fonts.
// `node assets/build.mjs --watch` builds again at every change, without hashes and compression.
import { context } from "esbuild";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "src/kairos/static/dist");
const watching = process.argv.includes("--watch");
// A finished build takes the old one's place at once: a failed build, or a running server, never sees half of it.
const outdir = watching ? dist : join(root, "node_modules/.built");

const options = {
  absWorkingDir: root,
  entryPoints: ["app.js", "app.css"].map((name) => join(root, "assets", name)).filter(existsSync),
  outdir,
  bundle: true,
  format: "iife",
  minify: !watching,
  legalComments: "none",
  target: ["chrome123", "firefox121", "safari17.5"],
  external: ["/static/*"],
  logLevel: "warning",
};

// The calendar program writes its styles into the page, which our content policy forbids: they become a file of their own instead.
const calendarStyles = new Map();
const calendarStyle = {
  name: "calendar-style",
  setup(build) {
    build.onLoad({ filter: /@fullcalendar[\\/]\w+[\\/][\w-]+\.js$/ }, ({ path }) => {
      const found = /^var css_248z = (".*");\ninjectStyles\(css_248z\);$/m;
      const source = readFileSync(path, "utf8");
      const style = found.exec(source);
      if (style) calendarStyles.set(path, JSON.parse(style[1]).replace(/@font-face\{[^}]*\}/, "")); // its icons are not ours
      return { contents: source.replace(found, "").replace("function registerStylesRoot(rootNode) {", "$& return;"), loader: "js" };
    });
    build.onEnd(() => {
      if (calendarStyles.size !== 3) return { errors: [{ text: "the calendar program keeps its styles otherwise than before" }] };
      // In the order of their names: core, daygrid, timegrid, each over the one before.
      const styles = [...calendarStyles.keys()].sort().map((path) => calendarStyles.get(path));
      write("calendar.css", `@layer layout {${styles.join("")}}`);
    });
  },
};

// What few pages need is a module of its own, which the behaviour that needs it imports when it does.
const modules = {
  ...options, entryPoints: ["chart.js", "calendar.js"].map((name) => join(root, "assets", name)), format: "esm", treeShaking: true, plugins: [calendarStyle],
};

// One file with the icons that assets/icons.txt names (one a line, # for remarks), each a <symbol>.
function sprite() {
  const list = join(root, "assets/icons.txt");
  const lines = existsSync(list) ? readFileSync(list, "utf8").split("\n") : [];
  const names = [...new Set(lines.map((line) => line.replace(/#.*/, "").trim()).filter(Boolean))].sort();
  const missing = names.filter((name) => !existsSync(iconFile(name)));
  if (missing.length) {
    throw new Error(`assets/icons.txt names icons that lucide does not have: ${missing.join(", ")}`);
  }
  const symbols = names.map((name) => {
    const drawing = readFileSync(iconFile(name), "utf8").replace(/<!--[\s\S]*?-->/g, "");
    const inner = drawing.slice(drawing.indexOf(">", drawing.indexOf("<svg")) + 1, drawing.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

function iconFile(name) {
  return join(root, "node_modules/lucide-static/icons", `${name}.svg`);
}

// What papers are printed with: Latin, and Chinese. Each with its licence.
const typefaces = [
  ...["400Regular/Inter_400Regular.ttf", "600SemiBold/Inter_600SemiBold.ttf", "LICENSE_FONT"].map((file) => ["@expo-google-fonts/inter", file, "Inter"]),
  ...["fonts/NotoSansHant-Regular.otf", "fonts/NotoSansHant-Bold.otf", "LICENSE"].map((file) => ["@embedpdf/fonts-tc", file, "NotoSansHant"]),
];

function typeset() {
  const fonts = join(root, "src/kairos/fonts");
  mkdirSync(fonts, { recursive: true });
  for (const [from, file, name] of typefaces) {
    const to = join(fonts, file.includes("LICENSE") ? `${name}-LICENSE.txt` : basename(file));
    copyFileSync(join(root, "node_modules", from, file), `${to}.new`);
    renameSync(`${to}.new`, to);
  }
}

function write(name, content) {
  writeFileSync(join(outdir, name), content);
}

function publish() {
  const manifest = {};
  const names = readdirSync(outdir).filter((name) => /^[\w-]+\.(js|css|svg|png)$/.test(name));
  for (const name of names) {
    const content = readFileSync(join(outdir, name));
    const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
    const hashed = `${basename(name, extname(name))}.${hash}${extname(name)}`;
    const size = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    write(hashed, content);
    write(`${hashed}.br`, brotliCompressSync(content, { params: size }));
    write(`${hashed}.gz`, gzipSync(content, { level: 9 }));
    manifest[`dist/${name}`] = `dist/${hashed}`;
  }
  write("manifest.json", `${JSON.stringify(manifest, null, 2)}\n`);
}

if (!existsSync(join(root, "node_modules/lucide-static"))) {
  console.error("The front-end packages are missing; run bin/setup.");
  process.exit(1);
}
rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
try {
  typeset();
  write("icons.svg", sprite());
  for (const name of ["favicon.svg", "icon-192.png", "icon-512.png"]) copyFileSync(join(root, "assets", name), join(outdir, name));
  const builds = await Promise.all([context(options), context(modules)]);
  if (watching) {
    await Promise.all(builds.map((build) => build.watch()));
    console.log("Watching assets/ …");
  } else {
    for (const build of builds) await build.rebuild().finally(() => build.dispose());
    publish();
    rmSync(dist, { recursive: true, force: true });
    mkdirSync(dirname(dist), { recursive: true });
    renameSync(outdir, dist);
  }
} catch (fault) {
  console.error(`The front-end was not built: ${fault.message.split("\n")[0]}`);
  process.exit(1);
}
