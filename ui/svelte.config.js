// Svelte needs no options beyond its defaults.
export default {};
