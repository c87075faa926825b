/**
 * Pictures that come in a light and a dark form follow the reader's choice on the page, which a `<picture>`
 * can't: both stand there, and the theme shows one. On a narrow screen they can be scrolled, by keys, too.
 */
export const themedPictures = (md) => {
  md.core.ruler.before("normalize", "themed-pictures", (state) => {
    state.src = state.src.replace(
      /<picture><source[^>]*srcset="([^"]*)"><img alt="([^"]*)" src="([^"]*)"><\/picture>/g,
      '<span class="picture" tabindex="0"><img class="on-light" alt="$2" src="./$3">' +
        '<img class="on-dark" alt="$2" src="./$1"></span>',
    );
  });
};
