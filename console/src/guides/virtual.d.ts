declare module 'virtual:guides' {
  const listed: readonly import('./catalog').Guide[];
  export default listed;
}
