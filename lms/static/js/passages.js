// Passages of a text without its spaces: the words of a block stand in elements, and elements part them anywhere.
export const SKIP = "form, textarea, button, script, style, .note, .visually-hidden";
const mute = /[\s\u00ad\u200b-\u200d\u2060\ufeff]/;
export const squeeze = (words) => [...words.normalize("NFC")].filter((letter) => !mute.test(letter)).join("");

// The letters of an element without spaces, each with the node and the offset where it stands.
export const letters = (root) => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT, {
    acceptNode: (node) => node.parentElement.closest(SKIP) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  });
  let words = "";
  const at = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let place = 0; place < node.data.length; place += 1) {
      if (mute.test(node.data[place])) continue;
      words += node.data[place];
      at.push([node, place]);
    }
  }
  return { words, at };
};

// Where a quote stands: of several places the one whose context fits, else the nearest to where it was.
export const find = (words, { quote, prefix, suffix, start }) => {
  let best = -1;
  let fit = -Infinity;
  for (let at = words.indexOf(quote); at >= 0; at = words.indexOf(quote, at + 1)) {
    const near = (words.slice(0, at).endsWith(prefix) ? 2 : 0) + (words.startsWith(suffix, at + quote.length) ? 2 : 0)
      - Math.abs(at - start) / (words.length + 1);
    if (near > fit) [best, fit] = [at, near];
  }
  return best;
};

// The words between two of the letters, as they are read.
export const between = (at, from, to) => {
  if (from >= to) return "";
  const range = document.createRange();
  range.setStart(...at[from]);
  range.setEnd(at[to - 1][0], at[to - 1][1] + 1);
  return range.toString().replace(/\s+/g, " ");
};
