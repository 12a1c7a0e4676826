/* Debian's Lua around one file: lua FILE [ARGUMENT...], which the file sees as `...`.
   The libraries are those that touch neither processes nor shared objects. */
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>

static const luaL_Reg libraries[] = {
    {LUA_GNAME, luaopen_base},
    {LUA_TABLIBNAME, luaopen_table},
    {LUA_STRLIBNAME, luaopen_string},
    {LUA_MATHLIBNAME, luaopen_math},
};

int main(int count, char **words) {
    lua_State *lua = luaL_newstate();
    if (!lua || count < 2) {
        fprintf(stderr, "usage: lua FILE [ARGUMENT...]\n");
        return 2;
    }
    for (unsigned i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        luaL_requiref(lua, libraries[i].name, libraries[i].func, 1);
        lua_pop(lua, 1);
    }
    int failed = luaL_loadfile(lua, words[1]);
    if (!failed) {
        luaL_checkstack(lua, count, "too many arguments");
        for (int i = 2; i < count; i++) lua_pushstring(lua, words[i]);
        failed = lua_pcall(lua, count - 2, 0, 0);
    }
    if (failed) fprintf(stderr, "lua: %s\n", lua_tostring(lua, -1));
    lua_close(lua);
    return failed ? 1 : 0;
}
