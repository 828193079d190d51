// Files that Vite resolves to addresses.
declare module '*?worker&url&no-inline' {
  const url: string;
  export default url;
}
