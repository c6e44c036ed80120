// Runs before the first paint: the scheme that the reader chose, so that nothing flashes.
try {
  const scheme = localStorage.getItem("scheme");
  if (scheme === "light" || scheme === "dark") document.documentElement.dataset.scheme = scheme;
} catch { /* storage is closed: the system's scheme stays */ }
