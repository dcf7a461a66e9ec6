// <fewbits-desk>: the page of fewbits in a page of yours. Describes itself in docs/embedding/README.md.
(() => {
  const site = new URL('.', document.currentScript.src);

  class FewbitsDesk extends HTMLElement {
    static observedAttributes = ['hide'];

    #frame = document.createElement('iframe');

    #hear = ({ source, origin, data }) => {
      if (source !== this.#frame.contentWindow || origin !== site.origin || data?.fewbits !== 1) return;
      const { type, fewbits: _, ...detail } = data;
      if (type === 'ready') this.#hide();
      if (type === 'policy') this.#policy = detail.policy;
      this.dispatchEvent(new CustomEvent(type, { detail }));
    };

    #policy = null;

    #post(message) {
      this.#frame.contentWindow?.postMessage({ fewbits: 1, ...message }, site.origin);
    }

    #hide() {
      if (this.hasAttribute('hide')) this.#post({ type: 'hide', parts: this.getAttribute('hide').split(/\s+/).filter(Boolean) });
    }

    connectedCallback() {
      const page = new URL(this.getAttribute('src') ?? '', site);
      page.searchParams.set('embed', location.origin);
      this.#frame.src = page.href;
      this.#frame.title = 'fewbits';
      this.#frame.style.cssText = 'display: block; inline-size: 100%; block-size: 100%; border: 0';
      addEventListener('message', this.#hear);
      this.replaceChildren(this.#frame);
    }

    disconnectedCallback() {
      removeEventListener('message', this.#hear);
    }

    attributeChangedCallback() {
      this.#hide();
    }

    /** Bits by layer: {layer: {weights, activations}}. */
    get policy() {
      return this.#policy;
    }

    set policy(policy) {
      this.#post({ type: 'policy', policy });
    }
  }

  customElements.define('fewbits-desk', FewbitsDesk);
})();
