// Sets the chosen theme before the first paint; kept outside the page's bundle so that it runs at once.
(function () {
  var chosen = 'dark';
  try {
    chosen = localStorage.getItem('tradefleet.theme') || 'dark';
  } catch {
    // Storage may be switched off; dark it is.
  }
  if (chosen === 'system') {
    chosen = window.matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  }
  document.documentElement.dataset.theme = chosen === 'light' ? 'light' : 'dark';
})();
