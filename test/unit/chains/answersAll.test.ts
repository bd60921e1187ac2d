import { answersAll } from '../../../src/chains/endpoints/answersAll';

const batch = '[{"id":1,"method":"a"},{"id":2,"method":"b"}]';
const one = '{"id":7,"method":"a"}';

describe('a reply answers what was asked', () => {
  it.each([
    ['in any order', batch, '[{"id":2,"result":1},{"id":1,"result":1}]', true],
    ['with ids as texts', batch, '[{"id":"1"},{"id":"2"}]', true],
    ['with a refusal among them', batch, '[{"id":1,"error":{}},{"id":2,"result":1}]', true],
    ['with one refusal for all', batch, '{"id":null,"error":{"code":-32600}}', true],
    ['with one refusal for all, in a list', batch, '[{"error":{"code":-32600}}]', true],
    ['to a single call', one, '{"id":7,"result":null}', true],
    ['one is missing', batch, '[{"id":1,"result":1}]', false],
    ['one is there twice', batch, '[{"id":1,"result":1},{"id":1,"result":1}]', false],
    ['one is of another question', batch, '[{"id":1,"result":1},{"id":3,"result":1}]', false],
    ['one too many', batch, '[{"id":1},{"id":2},{"id":3}]', false],
    ['a result without an id', one, '{"result":1}', false],
    ['to another call', one, '{"id":8,"result":1}', false],
    ['a page', one, '<html></html>', false],
    ['cut off', batch, '[{"id":1,"result":1},{"id":2,', false],
    ['nothing', one, '', false],
    ['null', one, 'null', false],
  ])('%s: %s <- %s', (_, request, reply, answers) => {
    expect(answersAll(request, reply)).toBe(answers);
  });
});
