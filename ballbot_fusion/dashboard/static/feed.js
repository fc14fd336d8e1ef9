// Carries frames from the server to live.js; a frame is a text, so that Vue need not watch its parts.
export default {
  template: "<span hidden></span>",
  props: { frame: String },
  watch: {
    frame(text) {
      window.ballbot?.show(JSON.parse(text));
      if (window.did_handshake) emitEvent("shown");
    },
  },
};
